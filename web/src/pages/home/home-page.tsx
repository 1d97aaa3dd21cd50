// Placeholder while the foundation lands.
export function HomePage() {
  return <main id="main" className="page" />;
}
