package dev.quota.http.answer;

import dev.quota.LimitState;
import dev.quota.QuotaSnapshot;
import dev.quota.QuotaState;
import dev.quota.http.internal.field.Seconds;
import dev.quota.http.internal.field.StructuredFields;
import dev.quota.store.Accuracy;
import java.util.function.BiConsumer;

/**
 * The fields {@code X-RateLimit-*} that many services send and no standard describes: three
 * integers about one limit, all of them or none.
 */
final class LegacyXDialect implements HeaderDialect {

  public static final String LIMIT_FIELD = "X-RateLimit-Limit";
  public static final String REMAINING_FIELD = "X-RateLimit-Remaining";
  public static final String RESET_FIELD = "X-RateLimit-Reset";

  @Override
  public void write(QuotaSnapshot states, BiConsumer<String, String> headers) {
    QuotaState quota = states.binding();
    LimitState limit = quota.binding();
    if (canTell(limit)) {
      headers.accept(LIMIT_FIELD, text(limit.limit().orElseThrow()));
      headers.accept(REMAINING_FIELD, text(limit.remaining().orElseThrow()));
      headers.accept(RESET_FIELD, text(Seconds.untilMore(quota, limit, 0)));
    }
  }

  /**
   * Returns whether the limit can be shown. A percentage would be read as units, so a rounded limit
   * cannot.
   */
  private static boolean canTell(LimitState limit) {
    return limit.limit().isPresent()
        && limit.accuracy() == Accuracy.EXACT
        && !limit.rounded()
        && !limit.countsPermits();
  }

  private static String text(long value) {
    return Long.toString(StructuredFields.clamped(value));
  }
}
