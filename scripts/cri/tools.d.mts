/** The path of the interface file of CRI, from the Go module that it comes with. */
export function fetchInterface(go: string): string;
