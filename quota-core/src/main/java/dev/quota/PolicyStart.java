package dev.quota;

import dev.quota.PolicyStatus.Origin;
import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.source.PolicySource;
import dev.quota.source.PolicyText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The policies that an engine starts with: the version of the source, or else a copy of the last
 * good one, or else the policies that the application gave. Immutable.
 *
 * @param registry the policies in force
 * @param origin where they come from
 * @param text the version of the source, if it could be read
 * @param mistakes why that version was not used; empty if it is in force
 * @param problem why the source could not be read
 * @param copies older versions, used if the newest one lacks a quota that the application uses
 */
record PolicyStart(
    PolicyRegistry registry,
    Origin origin,
    Optional<PolicyText> text,
    List<String> mistakes,
    Optional<String> problem,
    List<PolicyText> copies) {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  /** Starts with policies that have no source. */
  static PolicyStart fixed(PolicyRegistry registry) {
    return new PolicyStart(
        registry, Origin.APPLICATION, Optional.empty(), List.of(), Optional.empty(), List.of());
  }

  /**
   * Starts with a source.
   *
   * @param copies of the last good versions, the newest first
   * @param given the policies of the application, used if the source has none
   * @param make creates the registry of policies
   * @throws PolicyException if the version of the source has mistakes, and there is nothing else
   * @throws IllegalArgumentException if it contradicts a definition in code, and there is nothing
   *     else
   * @throws IllegalStateException if the source cannot be read, and there is nothing else
   */
  static PolicyStart on(
      PolicySource source,
      List<PolicyText> copies,
      Optional<Policies> given,
      Function<Policies, PolicyRegistry> make) {
    Unused unused;
    Optional<PolicyText> text = Optional.empty();
    try {
      text = Optional.of(source.read());
      PolicyRegistry registry = make.apply(text.get().read());
      return new PolicyStart(registry, Origin.SOURCE, text, List.of(), Optional.empty(), copies);
    } catch (IOException e) {
      unused = Unused.unread(source, e);
    } catch (IllegalArgumentException | PolicyException e) {
      unused = new Unused(source, text, mistakes(e), Optional.empty(), e);
    }
    return unused.replaced(copies, given, make);
  }

  /**
   * The version of the source that is not used.
   *
   * @param text the version, if it could be read
   * @param mistakes why it is not used
   * @param problem why it could not be read
   * @param failure what the start fails with if there is nothing else
   */
  private record Unused(
      PolicySource source,
      Optional<PolicyText> text,
      List<String> mistakes,
      Optional<String> problem,
      RuntimeException failure) {

    static Unused unread(PolicySource source, IOException e) {
      String problem = String.valueOf(e.getMessage());
      return new Unused(
          source,
          Optional.empty(),
          List.of(),
          Optional.of(problem),
          new IllegalStateException(source.name() + " cannot be read: " + problem, e));
    }

    /** Starts with the newest copy that can be used, else with the given policies. */
    PolicyStart replaced(
        List<PolicyText> copies,
        Optional<Policies> given,
        Function<Policies, PolicyRegistry> make) {
      for (PolicyText copy : copies) {
        Optional<PolicyRegistry> registry = made(copy, make);
        if (registry.isPresent()) {
          warn("the copy of the last good version, " + copy.version());
          return start(registry.get(), Origin.LAST_GOOD_COPY);
        }
      }
      Policies ofApplication = given.orElseThrow(() -> failure);
      warn("those that the application gave, " + ofApplication.version());
      return start(make.apply(ofApplication), Origin.APPLICATION);
    }

    private PolicyStart start(PolicyRegistry registry, Origin origin) {
      return new PolicyStart(registry, origin, text, mistakes, problem, List.of());
    }

    private void warn(String used) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The policies of {0} are not in force: {1}\nThe engine starts on {2}.",
          source.name(),
          failure.getMessage(),
          used);
    }
  }

  private static Optional<PolicyRegistry> made(
      PolicyText copy, Function<Policies, PolicyRegistry> make) {
    try {
      return Optional.of(make.apply(copy.read()));
    } catch (IllegalArgumentException | PolicyException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The copy of policies {0} cannot be used: {1}",
          copy.version(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns all mistakes of an exception about policies, one sentence each. */
  static List<String> mistakes(RuntimeException e) {
    return e instanceof PolicyException policies
        ? policies.mistakes().stream().map(Object::toString).toList()
        : String.valueOf(e.getMessage()).lines().toList();
  }
}
