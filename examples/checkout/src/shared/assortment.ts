// What the shop sells, and to whom: shared by what fills the database and what buys.

export interface Article {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly priceCents: number;
  /** Length, width, height. */
  readonly dimensionsMm: readonly [number, number, number];
}

const shelves: Readonly<Record<string, readonly string[]>> = {
  kitchen: ['Kettle', 'Toaster', 'Pan 24 cm', 'Knife', 'Cutting board', 'Mug', 'Bowl', 'Scale'],
  desk: ['Lamp', 'Notebook', 'Pen', 'Monitor arm', 'Keyboard', 'Mouse', 'Tray', 'Cable set'],
  garden: ['Spade', 'Hose 20 m', 'Gloves', 'Watering can', 'Seeds', 'Pot', 'Shears', 'Rake'],
  travel: ['Backpack', 'Bottle', 'Pillow', 'Adapter', 'Lock', 'Towel', 'Cube set', 'Umbrella'],
  music: ['Headphones', 'Speaker', 'Strings', 'Metronome', 'Stand', 'Cable 3 m', 'Tuner', 'Case'],
};

export const assortment: readonly Article[] = Object.entries(shelves).flatMap(
  ([category, names], shelf) =>
    names.map((name, place) => ({
      sku: `${category.slice(0, 3).toUpperCase()}-${String(100 + shelf * 20 + place)}`,
      name,
      category,
      priceCents: 490 + (((shelf * 8 + place) * 733) % 8_000),
      dimensionsMm: [80 + place * 30, 60 + place * 20, 40 + shelf * 25],
    })),
);

export const categories: readonly string[] = Object.keys(shelves);

/** Delivered in small numbers and sold out most of the time. */
export const scarceSku = 'MUS-187';

export const USERS = 200;
export const userId = (number: number): string => `usr_${String(1_000 + number)}`;
export const regions = ['eu-west', 'eu-north', 'us-west', 'us-east'] as const;
