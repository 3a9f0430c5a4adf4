package dev.quota;

/**
 * Says what one request costs. Implementations named in an annotation need a constructor without
 * parameters and are shared by all threads.
 *
 * @param <R> what a request is, such as {@code HttpServletRequest}
 */
@FunctionalInterface
public interface CostFunction<R> {

  /**
   * Returns the cost of one request, in the quota's unit.
   *
   * @param request the request, before its endpoint runs; its body must be left unread
   * @return zero or more; zero charges nothing
   */
  long costOf(R request);

  /** Stands for "no function" in {@link Quota#costFrom}. It cannot be created. */
  final class None implements CostFunction<Object> {

    private None() {}

    @Override
    public long costOf(Object request) {
      throw new IllegalStateException("None stands for no cost function");
    }
  }
}
