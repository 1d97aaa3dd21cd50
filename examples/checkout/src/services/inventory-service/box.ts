// The box that an order is packed into: the smallest that holds its volume.

const BOXES = [
  { name: 'S', litres: 4 },
  { name: 'M', litres: 16 },
  { name: 'L', litres: 60 },
  { name: 'XL', litres: 240 },
] as const;

const CUBIC_MM_PER_LITRE = 1_000_000;

export interface Packed {
  readonly dimensions: readonly number[];
  readonly quantity: number;
}

export function boxFor(items: readonly Packed[]): string {
  const litres = items.reduce((sum, item) => sum + volumeOf(item), 0) / CUBIC_MM_PER_LITRE;
  return BOXES.find((box) => box.litres >= litres)?.name ?? 'pallet';
}

function volumeOf({ dimensions, quantity }: Packed): number {
  return dimensions.reduce((product, lengthMm) => product * lengthMm, quantity);
}
