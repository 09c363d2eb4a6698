/**
 * A queue: one piece of work at a time, in the order in which they come, whether those before failed or not.
 *
 * @returns Runs a piece of work when its turn has come.
 */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {}); // who asked for the work is told
    return turn;
  };
}
