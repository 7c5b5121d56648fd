/** The server of the example, in a folder with all that it needs. */
export class CriServer {
  /** `program` is the command that starts the example. @default its sources are run */
  constructor(where: { folder: string; proto: string; program?: readonly string[] });
  readonly folder: string;
  readonly socket: string;
  /** Makes images and networks. */
  prepare(): Promise<void>;
  /** Returns once it listens. */
  start(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
}
