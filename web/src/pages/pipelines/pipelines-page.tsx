export function PipelinesPage() {
  return <main id="main" className="page" />;
}
