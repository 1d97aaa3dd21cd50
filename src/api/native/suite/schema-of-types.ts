// TypeScript types of src/api/contract → JSON Schema. The contract is written in a small part of the language:
// interfaces, unions, literals, arrays, tuples, records, object types and `Type['member']`; anything else is refused.

export interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
}

const REF = '#/components/schemas/';
const TOKEN =
  /\/\*\*[\s\S]*?\*\/|\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*|\d+|[{}[\]()<>|;:,?=.]|\S/g;

/** All exported types of the files, by name. */
export function schemasOf(sources: readonly string[]): Record<string, Schema> {
  const schemas: Record<string, Schema> = {};
  for (const source of sources) new TypeReader(source, schemas).readAll();
  return schemas;
}

class TypeReader {
  readonly #tokens: readonly string[];
  readonly #schemas: Record<string, Schema>;
  #at = 0;

  constructor(source: string, schemas: Record<string, Schema>) {
    this.#tokens = [...source.matchAll(TOKEN)]
      .map(([token]) => token)
      .filter((token) => token.startsWith('/**') || !/^\/[/*]/.test(token));
    this.#schemas = schemas;
  }

  readAll(): void {
    while (this.#at < this.#tokens.length) {
      const description = this.#doc();
      if (this.#at >= this.#tokens.length) return;
      if (
        this.#take('import') ||
        (this.#tokens[this.#at + 1] === 'type' && this.#tokens[this.#at + 2] === '{')
      ) {
        this.#skipStatement();
        continue;
      }
      this.#expect('export');
      const word = this.#next();
      if (word === 'const') this.#skipStatement();
      else this.#declaration(word, description);
    }
  }

  #declaration(word: string, description: Pick<Schema, 'description'>): void {
    const name = this.#next();
    if (word === 'type') this.#expect('=');
    else if (word !== 'interface') throw new Error(`${word} ${name} is not understood`);
    this.#schemas[name] = { ...description, ...(word === 'type' ? this.#union() : this.#object()) };
    this.#take(';');
  }

  #skipStatement(): void {
    while (this.#next() !== ';');
  }

  #doc(): Pick<Schema, 'description'> {
    let text = '';
    for (let token = this.#peek(); token.startsWith('/**'); token = this.#peek()) {
      text = this.#next()
        .replaceAll(/^\/\*\*|\*\/$|\n\s*\*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim();
    }
    return text === '' ? {} : { description: text };
  }

  #union(): Schema {
    this.#doc();
    this.#take('|');
    const members = [this.#postfix()];
    this.#doc();
    while (this.#take('|')) {
      this.#doc();
      members.push(this.#postfix());
      this.#doc();
    }
    return unionOf(members.filter(({ type }) => type !== 'undefined'));
  }

  #postfix(): Schema {
    this.#take('readonly');
    let schema = this.#primary();
    while (this.#peek() === '[') {
      this.#next();
      if (this.#take(']')) {
        schema = { type: 'array', items: schema };
        continue;
      }
      const member = this.#next().slice(1, -1);
      this.#expect(']');
      schema = this.#member(schema, member);
    }
    return schema;
  }

  #primary(): Schema {
    const token = this.#next();
    if (token.startsWith("'")) return { const: token.slice(1, -1) };
    if (token === '(') {
      const inner = this.#union();
      this.#expect(')');
      return inner;
    }
    if (token === '[') return this.#tuple();
    if (token === '{') {
      this.#at -= 1;
      return this.#object();
    }
    switch (token) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
      case 'undefined':
        return { type: token };
      case 'true':
      case 'false':
        return { const: token === 'true' };
      case 'ReadonlyArray':
        return { type: 'array', items: this.#argument() };
      case 'Readonly':
        return this.#argument();
      case 'Record':
        return this.#record();
      default:
        if (!/^[A-Z]\w*$/.test(token)) throw new Error(`${token} is not understood`);
        return { $ref: `${REF}${token}` };
    }
  }

  #argument(): Schema {
    this.#expect('<');
    const inner = this.#union();
    this.#expect('>');
    return inner;
  }

  #record(): Schema {
    this.#expect('<');
    const key = this.#union();
    this.#expect(',');
    const value = this.#union();
    this.#expect('>');
    const names = this.#resolve(key).enum;
    if (names === undefined) return { type: 'object', additionalProperties: value };
    const properties = Object.fromEntries(names.map((name) => [String(name), value]));
    return { type: 'object', properties, required: names.map(String), additionalProperties: false };
  }

  #tuple(): Schema {
    const items: Schema[] = [];
    while (!this.#take(']')) {
      if (this.#tokens[this.#at + 1] === ':') this.#at += 2; // a name
      items.push(this.#union());
      this.#take(',');
    }
    return {
      type: 'array',
      prefixItems: items,
      items: false,
      minItems: items.length,
      maxItems: items.length,
    };
  }

  #object(): Schema {
    this.#expect('{');
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (;;) {
      const description = this.#doc();
      if (this.#take('}')) break;
      this.#take('readonly');
      const name = this.#next();
      if (!this.#take('?')) required.push(name);
      this.#expect(':');
      properties[name] = { ...description, ...this.#union() };
      this.#take(';');
    }
    return { type: 'object', properties, required, additionalProperties: false };
  }

  /** `Type['member']`: what the member may be, over all members of a union. */
  #member(schema: Schema, name: string): Schema {
    const whole = this.#resolve(schema);
    const all = (whole.anyOf ?? [whole]).map((one) => this.#resolve(one).properties?.[name]);
    return unionOf(all.filter((one) => one !== undefined));
  }

  #resolve(schema: Schema): Schema {
    const known = schema.$ref === undefined ? schema : this.#schemas[schema.$ref.slice(REF.length)];
    if (known === undefined) throw new Error(`${schema.$ref} is used before it is read`);
    return known;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw new Error(`${token} expected, found ${found}`);
  }
}

/** Literals become one enum. */
function unionOf(members: readonly Schema[]): Schema {
  const [only] = members;
  if (only !== undefined && members.length === 1) return only;
  const literals = members.flatMap(
    (one) => one.enum ?? (one.const === undefined ? [] : [one.const]),
  );
  const others = members.filter((one) => one.enum === undefined && one.const === undefined);
  const unique = [...new Set(literals)];
  const literal: Schema[] =
    unique.length === 0 ? [] : [unique.length === 1 ? { const: unique[0] } : { enum: unique }];
  return others.length === 0 && literal[0] !== undefined
    ? literal[0]
    : { anyOf: [...literal, ...others] };
}
