const QUIET_MS = 1000;

/** Shows on a terminal what is being done, if that takes longer than a second. */
export async function withProgress<Value>(doing: string, work: Promise<Value>): Promise<Value> {
  if (process.stderr.isTTY !== true) return await work;
  let stop = () => {};
  const timer = setTimeout(async () => {
    const { default: yoctoSpinner } = await import('yocto-spinner');
    const began = Date.now() - QUIET_MS;
    const text = () => `${doing} (${Math.round((Date.now() - began) / 1000)} s)`;
    const spinner = yoctoSpinner({ text: text(), stream: process.stderr, handleSignals: false });
    const ticks = setInterval(() => {
      spinner.text = text();
    }, QUIET_MS);
    if (isDone) return clearInterval(ticks);
    spinner.start();
    stop = () => {
      clearInterval(ticks);
      spinner.stop();
    };
  }, QUIET_MS);
  let isDone = false;
  try {
    return await work;
  } finally {
    isDone = true;
    clearTimeout(timer);
    stop();
  }
}
