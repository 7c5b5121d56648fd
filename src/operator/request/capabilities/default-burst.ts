/** Twice the largest packet that the kernel hands to a queue. */
const MIN_BURST = 2 ** 20;
/** Kubelet's burst for any rate. With it, the plugin's queue limit stays within 32 bits up to 1 Tbit/s. */
const MAX_BURST = 2 ** 31 - 1;
const BURSTS_PER_SECOND = 10;
/** A longer burst overflows the 32 bits in which the kernel counts a bucket's time. */
const MAX_SECONDS = 256;

/**
 * The default burst of a rate: a tenth of a second's worth, at least 1 Mibit (128 KiB) so that the largest packets fit,
 * at most 2^31-1 bits, and never more than 256 seconds' worth.
 *
 * @param rate - bits per second
 * @returns bits; 0, which means no limit, for a rate of 0
 */
export function defaultBurst(rate: number): number {
  const wanted = Math.ceil(rate / BURSTS_PER_SECOND);
  return Math.min(Math.max(wanted, MIN_BURST), MAX_BURST, rate * MAX_SECONDS);
}
