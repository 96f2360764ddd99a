import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What is used of an alert in Alertmanager's webhook: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface ReceivedAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AlertReceiver {
  readonly port: number;
  close(): void;
}

/** Takes Alertmanager's webhooks. @param port 0 for any that is free @param host an address of this machine */
export async function startAlertReceiver(
  port: number,
  received: (alert: ReceivedAlert) => void,
  host = "127.0.0.1",
): Promise<AlertReceiver> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      try {
        for (const alert of (JSON.parse(body) as { alerts: ReceivedAlert[] }).alerts) received(alert);
        response.end();
      } catch {
        response.writeHead(400).end();
      }
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One line for the terminal. What came over the network loses its control characters. */
export const describeAlert = ({ status, labels, annotations }: ReceivedAlert): string =>
  `alert ${status}: ${annotations.summary ?? labels.alertname ?? "?"} - ${annotations.description ?? ""}`.replace(
    /\p{Cc}/gu,
    " ",
  );

if (import.meta.main) {
  await startAlertReceiver(Number(process.argv[2] ?? 9095), (alert) => console.log(describeAlert(alert)), "0.0.0.0");
}
