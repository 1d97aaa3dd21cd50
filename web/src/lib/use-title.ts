// The title of the tab: what is seen, then the product.

import { useEffect } from 'react';

export function useTitle(text: string): void {
  useEffect(() => {
    document.title = `${text} · Throughline`;
  }, [text]);
}
