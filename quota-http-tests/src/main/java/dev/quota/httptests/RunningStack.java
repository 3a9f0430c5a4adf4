package dev.quota.httptests;

/**
 * A running application.
 *
 * @param port its port
 * @param stop stops it
 */
public record RunningStack(int port, Stop stop) {

  /** How to stop an application. */
  @FunctionalInterface
  public interface Stop {
    /**
     * Stops it.
     *
     * @throws Exception what kept it from stopping
     */
    void run() throws Exception;
  }
}
