package dev.quota;

import dev.quota.internal.text.Digests;
import dev.quota.internal.text.Quoted;
import dev.quota.policy.Scope;
import dev.quota.spi.CalendarUnit;
import dev.quota.spi.Operation;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import dev.quota.spi.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Grants extra units, and forgets what was used. */
final class Grants {

  private static final int LONGEST_TEXT = 200;

  /** A grant that is repeated after that long would be granted anew. */
  private static final Duration REMEMBERED = Window.MAX_PERIOD;

  private final Decider decider;
  private final Events events;

  Grants(Decider decider, Events events) {
    this.decider = decider;
    this.events = events;
  }

  QuotaState grant(
      PolicyView.Resolved resolved,
      Subject subject,
      String quota,
      Optional<String> limitName,
      long units,
      String reason,
      Instant expiresAt,
      String operationId) {
    requireText(reason, "reason");
    requireText(operationId, "operationId");
    ResolvedQuota found = Quotas.require(resolved, quota);
    ResolvedLimit limit = limitName.isPresent() ? named(found, limitName.get()) : longest(found);
    Request request = usual(subject, resolved, found);
    StoreReply reply =
        decider.execute(
            new StoreCommand.Grant(
                request.key(found.entries[limit.entry], quota),
                limit.spec,
                units,
                expiresAt,
                // Whatever an application uses as ids, a store sees a digest.
                Operation.charge("grant-" + Digests.digest(operationId), REMEMBERED)));
    if (reply.outcome() == StoreReply.Outcome.REFUSED) {
      throw new IllegalStateException(
          "limit "
              + limit.qualifiedName
              + " has no room for another grant: at most "
              + StoreCommand.Grant.MAX_POCKETS
              + " of different expiry; wait until one has expired, or let this one expire together"
              + " with one of them");
    }
    QuotaState state = decider.peek(request).quotas().get(0);
    events.granted(subject, state, units, reason);
    return state;
  }

  private static ResolvedLimit named(ResolvedQuota quota, String name) {
    return Arrays.stream(quota.limits)
        .filter(limit -> limit.spec.name().equals(name) && isGrantable(limit))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "limit must be a calendar limit of quota "
                        + quota.policy.name()
                        + " that is counted on this plan, was "
                        + Quoted.text(name)));
  }

  private static boolean isGrantable(ResolvedLimit limit) {
    return limit.entry != ResolvedLimit.NOT_STORED && limit.isCalendar() && !limit.ofConversation;
  }

  /** Returns the longest limit; one that is unlimited on this plan only where all are. */
  private static ResolvedLimit longest(ResolvedQuota quota) {
    return Arrays.stream(quota.limits)
        .filter(Grants::isGrantable)
        .max(
            Comparator.comparing((ResolvedLimit limit) -> !limit.isUnlimited())
                .thenComparing(Grants::length))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "quota "
                        + quota.policy.name()
                        + " has no calendar limit that is counted on this plan, and only those can"
                        + " be granted extra units"));
  }

  private static CalendarUnit length(ResolvedLimit limit) {
    return ((Window.Calendar) limit.spec.window()).unit();
  }

  private static Request usual(Subject subject, PolicyView.Resolved resolved, ResolvedQuota quota) {
    return new Request(subject, resolved, RequestLine.ask(quota, quota.policy.usualCost()));
  }

  QuotaState reset(
      PolicyView.Resolved resolved, Subject subject, String quota, Scope scope, String reason) {
    requireText(reason, "reason");
    ResolvedQuota found = Quotas.require(resolved, quota);
    Request request = usual(subject, resolved, found);
    Set<Scope> scopes = new LinkedHashSet<>();
    boolean any = false;
    for (ResolvedQuota.EntryShape entry : found.entries) {
      scopes.add(entry.scope());
      if (entry.scope() == scope) {
        var unused = decider.execute(new StoreCommand.Reset(request.key(entry, quota)));
        any = true;
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "quota "
              + quota
              + " counts nothing on the scope "
              + scope.text()
              + "; it counts on "
              + scopes.stream().map(Scope::text).toList());
    }
    QuotaState state = decider.peek(request).quotas().get(0);
    events.reset(subject, state, reason);
    return state;
  }

  private static void requireText(String text, String name) {
    if (text.isBlank() || text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          name + " must have 1 to " + LONGEST_TEXT + " characters, had " + text.length());
    }
  }
}
