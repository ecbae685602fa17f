import type { Overview } from "../api.ts";
import { formatFigure } from "../format.ts";
import { Card } from "./card.tsx";

export function ServiceList({ services }: { readonly services: Overview["services"] }) {
  return (
    <Card title="Services">
      <ul className="lines">
        {services.map((service) => (
          <li key={service.name}>
            <span className="state" data-tone={service.isUp ? "good" : "bad"}>
              {service.isUp ? "up" : "down"}
            </span>
            <a href={`${service.url}/swagger`}>{service.name}</a>
            <small>{service.isUp ? formatFigure(service.answerMs, "ms", 1) : service.problem}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
