package dev.quota;

import dev.quota.PolicyStatus.Origin;
import dev.quota.PolicyStatus.Refused;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import dev.quota.store.QuotaClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts new versions of a source into force, on its own thread. Decisions do not use this class.
 * They read {@link PolicyRegistry#view}. Thread-safe.
 */
final class PolicyReloads implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  /**
   * The pause after an unexpected failure, so that a failing source does not use a whole processor.
   */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private static final long LONGEST_END_MILLIS = 1_000;

  private final PolicySource source;
  private final Optional<PolicyCopy> copy;
  private final PolicyRegistry registry;
  private final QuotaClock clock;
  private final List<Consumer<PolicyStatus>> listeners;
  private final Thread thread = new Thread(this::run, "quota-policies");

  /** The newest version of the source, in force or not. */
  private Optional<PolicyText> newest;

  /** The version of the source that came into force last. */
  private Optional<PolicyText> applied = Optional.empty();

  /** The newest version, if it has no mistakes but does not fit the application. */
  private Optional<Policies> unfit = Optional.empty();

  /** Versions from before the start. Empty after a newer version came into force. */
  private List<PolicyText> older;

  /** The status of the source. It is read without a lock. */
  private volatile Findings findings;

  private volatile boolean closed;

  /**
   * The status of the source.
   *
   * @param origin where the policies in force come from
   * @param refused the newest version, if it is not in force
   * @param problem why the source cannot be read
   */
  private record Findings(Origin origin, Optional<Refused> refused, Optional<String> problem) {

    private Findings with(Optional<String> other) {
      return new Findings(origin, refused, other);
    }

    private Findings refusing(Refused version) {
      return new Findings(origin, Optional.of(version), problem);
    }
  }

  PolicyReloads(
      PolicySource source,
      Optional<PolicyCopy> copy,
      PolicyStart start,
      QuotaClock clock,
      List<Consumer<PolicyStatus>> listeners) {
    this.source = source;
    this.copy = copy;
    this.registry = start.registry();
    this.clock = clock;
    this.listeners = listeners;
    newest = start.text();
    older = start.copies();
    findings = new Findings(start.origin(), Optional.empty(), start.problem());
    if (start.origin() == Origin.SOURCE) {
      applied = newest;
      keep();
    } else if (newest.isPresent()) {
      findings = findings.refusing(refused(newest.get(), start.mistakes()));
    }
    thread.setDaemon(true);
  }

  private Refused refused(PolicyText text, List<String> mistakes) {
    return new Refused(text.version(), Instant.ofEpochMilli(clock.millis()), mistakes);
  }

  private void keep() {
    copy.ifPresent(file -> applied.ifPresent(file::write));
  }

  /** Starts to watch the source. */
  void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean changes = true;
      while (changes && !closed) {
        changes = awaitAndLook();
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "The policies are watched no longer.", e);
    }
  }

  private boolean awaitAndLook() throws InterruptedException {
    try {
      boolean changes = source.awaitChange();
      if (changes && !closed) {
        look();
      }
      return changes;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "The policies of " + source.name() + " were not read.", e);
      Thread.sleep(PAUSE_AFTER_FAILURE.toMillis());
      return true;
    }
  }

  /** Asks the source, and puts a new version into force, or refuses it. */
  synchronized void look() {
    PolicyText text;
    try {
      text = source.read();
    } catch (IOException e) {
      unreadable(String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "The source of policies failed unexpectedly.", e);
      unreadable(e.toString());
      return;
    }
    boolean wasUnreadable = findings.problem().isPresent();
    findings = findings.with(Optional.empty());
    if (newest.isPresent() && newest.get().equals(text)) {
      unfit.ifPresent(policies -> offer(text, policies));
      if (wasUnreadable) {
        notifyListeners();
      }
      return;
    }
    newest = Optional.of(text);
    unfit = Optional.empty();
    if (isInForce(text)) {
      findings = new Findings(findings.origin(), Optional.empty(), Optional.empty());
      notifyListeners();
    } else {
      read(text).ifPresent(policies -> offer(text, policies));
    }
  }

  private void unreadable(String why) {
    if (!findings.problem().equals(Optional.of(why)) && !closed) {
      findings = findings.with(Optional.of(why));
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} cannot be read: {1}. Policies {2} stay in force.",
          source.name(),
          why,
          registry.view().policies().version());
      notifyListeners();
    }
  }

  private boolean isInForce(PolicyText text) {
    return applied.filter(text::equals).isPresent()
        && registry.view().policies().version().equals(text.version());
  }

  private Optional<Policies> read(PolicyText text) {
    try {
      return Optional.of(text.read());
    } catch (PolicyException | IllegalArgumentException e) {
      refuse(text, PolicyStart.mistakes(e));
      return Optional.empty();
    }
  }

  private void offer(PolicyText text, Policies policies) {
    try {
      registry.replace(policies);
    } catch (IllegalArgumentException e) {
      unfit = Optional.of(policies);
      refuse(text, PolicyStart.mistakes(e));
      return;
    }
    unfit = Optional.empty();
    applied = Optional.of(text);
    older = List.of();
    findings = new Findings(Origin.SOURCE, Optional.empty(), Optional.empty());
    LOG.log(
        System.Logger.Level.INFO,
        "Policies {0} of {1} are in force.",
        text.version(),
        source.name());
    keep();
    notifyListeners();
  }

  private void refuse(PolicyText text, List<String> mistakes) {
    boolean known =
        findings
            .refused()
            .filter(it -> it.version().equals(text.version()) && it.mistakes().equals(mistakes))
            .isPresent();
    if (!known) {
      findings = findings.refusing(refused(text, mistakes));
      LOG.log(
          System.Logger.Level.WARNING,
          "Policies {0} of {1} are refused, and {2} stay in force:\n{3}",
          text.version(),
          source.name(),
          registry.view().policies().version(),
          String.join("\n", mistakes));
      notifyListeners();
    }
  }

  /**
   * Puts a version from before the start into force again, because the newest one lacks a quota
   * that the application uses. The engine does not know these quotas at its start.
   *
   * @return true if a version with the quota is in force now
   */
  synchronized boolean fallBack(String quota, String where) {
    for (PolicyText text : older) {
      if (newest.isPresent() && isPutBack(text, quota)) {
        unfit = Optional.of(newest.get().read());
        applied = Optional.of(text);
        findings = new Findings(Origin.LAST_GOOD_COPY, Optional.empty(), findings.problem());
        keep();
        refuse(
            newest.get(),
            List.of("the policies lack quota " + quota + ", which " + where + " charges"));
        return true;
      }
    }
    return false;
  }

  private boolean isPutBack(PolicyText text, String quota) {
    try {
      Policies policies = text.read();
      boolean has = policies.names().contains(quota);
      if (has) {
        registry.replace(policies);
      }
      return has;
    } catch (PolicyException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "A copy of older policies cannot be used.", e);
      return false;
    }
  }

  PolicyStatus status() {
    Findings now = findings;
    return new PolicyStatus(
        registry.view().policies().version(),
        registry.since(),
        source.name(),
        now.origin(),
        now.refused(),
        now.problem(),
        registry.overdue(),
        PolicyStatus.rollout(registry.view().policies()));
  }

  private void notifyListeners() {
    PolicyStatus status = status();
    for (Consumer<PolicyStatus> listener : listeners) {
      try {
        listener.accept(status);
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "Listener " + listener.getClass().getName() + " failed; the policies stay.",
            e);
      }
    }
  }

  /** Ends the thread and closes the source. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    source.close();
    try {
      thread.join(LONGEST_END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
