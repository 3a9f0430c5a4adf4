package dev.quota.http.answer;

import dev.quota.LimitState;
import dev.quota.QuotaState;
import dev.quota.policy.CalendarUnit;
import dev.quota.policy.QuotaPolicy;
import dev.quota.policy.Window;
import dev.quota.store.Accuracy;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the texts of {@code RateLimit-Policy} for single quotas. The texts do not contain what
 * is used, so nearly all requests to an endpoint on one plan have the same text. The cache has a
 * fixed size. An evicted text is written again. Thread-safe.
 */
final class KnownPolicyFields {

  /** A power of two, and more than the product of plans and quotas in most applications. */
  private static final int PLACES = 64;

  private final AtomicReferenceArray<Known> places = new AtomicReferenceArray<>(PLACES);

  /** Everything on which the text about one limit depends. */
  private record Part(Window window, OptionalLong capacity, boolean rounded, boolean unknown) {

    static Part of(LimitState limit) {
      return new Part(limit.window(), limit.limit(), limit.rounded(), isUnknown(limit));
    }

    boolean isOf(LimitState limit) {
      return window.equals(limit.window())
          && capacity.equals(limit.limit())
          && rounded == limit.rounded()
          && unknown == isUnknown(limit);
    }

    private static boolean isUnknown(LimitState limit) {
      return limit.accuracy() == Accuracy.UNKNOWN;
    }
  }

  /** The text about one quota, with the limit that comes first in it. */
  private record Known(QuotaPolicy policy, String first, List<Part> parts, String text) {

    @SuppressWarnings("ReferenceEquality") // a replaced policy is another object
    boolean isOf(QuotaState quota, String binding) {
      List<LimitState> limits = quota.limits();
      if (policy != quota.policy() || !first.equals(binding) || parts.size() != limits.size()) {
        return false;
      }
      for (int i = 0; i < limits.size(); i++) {
        if (!parts.get(i).isOf(limits.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /** Returns the text about a quota; null if it is not known. */
  @Nullable String get(QuotaState quota) {
    String first = quota.binding().name();
    Known known = places.get(place(quota, first));
    return known != null && known.isOf(quota, first) ? known.text() : null;
  }

  /** Stores the text about a quota, unless it changes with the month. */
  void put(QuotaState quota, String text) {
    if (quota.limits().stream().noneMatch(KnownPolicyFields::changes)) {
      String first = quota.binding().name();
      List<Part> parts = quota.limits().stream().map(Part::of).toList();
      places.set(place(quota, first), new Known(quota.policy(), first, parts, text));
    }
  }

  private static boolean changes(LimitState limit) {
    return limit.window() instanceof Window.Calendar calendar
        && (calendar.unit() == CalendarUnit.MONTH || calendar.unit() == CalendarUnit.CYCLE);
  }

  private static int place(QuotaState quota, String first) {
    int plan = quota.limits().get(0).limit().hashCode();
    int hash = 31 * (31 * quota.name().hashCode() + first.hashCode()) + plan;
    return (hash ^ (hash >>> 16)) & (PLACES - 1);
  }
}
