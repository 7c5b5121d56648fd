/** Debian's containerd, with the images and networks that the server of the example has. */
export class ContainerdServer {
  constructor(where: { folder: string });
  readonly folder: string;
  readonly socket: string;
  /** Makes images and networks. */
  prepare(): Promise<void>;
  /** Returns once it listens and has its images. */
  start(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
}
