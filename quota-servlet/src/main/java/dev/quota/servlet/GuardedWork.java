package dev.quota.servlet;

/** Work of a request in a thread of the container. Its end and its exception are noted. */
final class GuardedWork implements Runnable {

  private final Runnable work;
  private final ChargedResponse response;
  private final Settlement settlement;

  /** Wraps work that was entered already. */
  GuardedWork(Runnable work, ChargedResponse response, Settlement settlement) {
    this.work = work;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public void run() {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      settlement.failed(e, response);
      throw e;
    } finally {
      settlement.work().leaveHelper();
    }
  }
}
