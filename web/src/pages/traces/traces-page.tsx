// Placeholder while the foundation lands.
export function TracesPage() {
  return <main id="main" className="page" />;
}
