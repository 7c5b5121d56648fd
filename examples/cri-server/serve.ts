import { rm } from 'node:fs/promises';
import {
  type GrpcObject,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { LibcniError } from 'libcni';
import * as z from 'zod';

/** Answers a request. The signal is aborted when the client gives up. */
type Method = (request: unknown, signal: AbortSignal) => Promise<object>;

/** The methods of a service, by their names in the interface file; all others are answered with Unimplemented. */
export type Methods = Readonly<Record<string, Method>>;

/** What to serve, and where. */
interface Serving {
  /** The path of the interface file. */
  readonly proto: string;
  readonly socket: string;
  readonly services: Readonly<Record<string, Methods>>;
}

/** Serves on a Unix socket. @returns a function that stops the server once all calls are answered */
export async function serve({ proto, socket, services }: Serving): Promise<() => Promise<void>> {
  const server = new Server();
  const { runtime } = loadPackageDefinition(
    await load(proto, { enums: String, longs: Number, defaults: true }),
  );
  for (const [name, methods] of Object.entries(services))
    server.addService(definitionOf(runtime, name), handlers(methods));
  // A killed server leaves its socket.
  await rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null) => (error === null ? resolve() : reject(error));
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), done);
  });
  return () => new Promise((resolve) => server.tryShutdown(() => resolve()));
}

function definitionOf(runtime: GrpcObject[string] | undefined, name: string): ServiceDefinition {
  const { v1 } = z.object({ v1: z.record(z.string(), z.unknown()) }).parse(runtime);
  const isService = (value: unknown) => typeof value === 'function' && 'service' in value;
  const { service } = z.custom<{ service: ServiceDefinition }>(isService).parse(v1[name]);
  return service;
}

function handlers(methods: Methods) {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (call: ServerUnaryCall<unknown, object>, answer: sendUnaryData<object>) => {
        const end = new AbortController();
        call.on('cancelled', () => end.abort());
        method(call.request, end.signal).then(
          (response) => answer(null, response),
          (error: unknown) => answer(failure(error)),
        );
      },
    ]),
  );
}

const codes: Readonly<Record<string, status>> = {
  ERR_NOT_FOUND: status.NOT_FOUND,
  ERR_CONF_INVALID: status.INVALID_ARGUMENT,
  ERR_ANNOTATION: status.INVALID_ARGUMENT,
  ERR_IN_USE: status.ALREADY_EXISTS,
  ERR_CONFLICT: status.FAILED_PRECONDITION,
  ERR_UNSUPPORTED: status.UNIMPLEMENTED,
  ERR_TIMEOUT: status.DEADLINE_EXCEEDED,
  ERR_ABORTED: status.CANCELLED,
};

function failure(error: unknown) {
  const details = error instanceof Error ? error.message : String(error);
  const code = error instanceof LibcniError ? codes[error.code] : undefined;
  return { code: code ?? status.UNKNOWN, details };
}
