export default function HomePage() {
  return <h1>crash-stats</h1>;
}
