import type { ReactNode } from "react";

type CardProps = { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode };

export function Card({ title, note, children }: CardProps) {
  return (
    <section className="card">
      <h2>
        {title} {note === undefined ? null : <small>{note}</small>}
      </h2>
      {children}
    </section>
  );
}
