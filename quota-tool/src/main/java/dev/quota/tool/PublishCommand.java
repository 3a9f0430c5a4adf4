package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.redis.Publication;
import dev.quota.redis.PublicationConflictException;
import dev.quota.redis.PublishedPolicies;
import dev.quota.redis.PublishedVersion;
import dev.quota.redis.ScenariosFailedException;
import dev.quota.store.QuotaStoreException;
import dev.quota.tool.diff.Difference;
import dev.quota.tool.diff.PolicyDiff;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Publishes a policy file for all nodes. */
@Command(
    name = "publish",
    description = {
      "Publishes a policy file in Redis, for all nodes.",
      "",
      "Its scenarios, and those of the file beside it, must hold. Nobody else may have published"
          + " in the meantime.",
      "Ends with 0 if it is published, with 1 if the file or its scenarios have mistakes or"
          + " somebody else was faster, and with 2 if Redis or the file cannot be read."
    })
final class PublishCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;
  @Mixin private PublishedOptions redis;
  @Mixin private AuthorOptions author;

  @Option(
      names = "--based-on",
      paramLabel = "VERSION",
      description =
          "The version that the file is a change of; 0 if there is none. By default the one that is"
              + " in force now.")
  private Optional<Long> basedOn;

  @Option(
      names = "--rollout",
      paramLabel = "SHARE",
      description =
          "The share of all people to whom the version applies, such as 10%%. The rest stay on the"
              + " version before. A larger share later includes the same people. By default"
              + " everybody.")
  private Optional<String> rollout;

  @Option(
      names = "--dry-run",
      description = "Checks and compares everything, and publishes nothing.")
  private boolean dryRun;

  /** Why the version in force cannot be read. */
  private Optional<String> unread = Optional.empty();

  @Parameters(paramLabel = "FILE", description = "The policy file.")
  private Path file;

  @SuppressWarnings("NullAway") // picocli sets the fields
  PublishCommand() {}

  @Override
  public Integer call() {
    try (PublishedPolicies published = redis.connect()) {
      Publication publication = publication();
      Policies policies = publication.check();
      Optional<PublishedVersion> current = current(published);
      List<Difference> differences =
          current.isPresent() ? differences(published, current.get(), policies) : List.of();
      if (dryRun) {
        print(Optional.empty(), differences);
      } else {
        Optional<Long> based = basedOn.or(() -> current.map(PublishedVersion::number));
        Publication complete = based.map(publication::basedOn).orElse(publication);
        PublishedVersion version = publish(published, complete);
        unread.ifPresent(spec.commandLine().getErr()::println);
        print(Optional.of(version), differences);
      }
      return QuotaCommand.FINE;
    } catch (PolicyException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return PolicyFiles.isUnreadable(e) ? QuotaCommand.WRONG : QuotaCommand.FOUND;
    } catch (ScenariosFailedException | PublicationConflictException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return QuotaCommand.FOUND;
    }
  }

  private static PublishedVersion publish(PublishedPolicies published, Publication complete) {
    try {
      return published.publish(complete);
    } catch (PolicyException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  /** If Redis is away and not only that version, publishing says so. */
  private Optional<PublishedVersion> current(PublishedPolicies published) {
    try {
      return published.current();
    } catch (QuotaStoreException e) {
      if (dryRun) {
        throw e;
      }
      unread = Optional.ofNullable(e.getMessage());
      return Optional.empty();
    }
  }

  /** A version that cannot be read is no reason not to publish a better one. */
  private List<Difference> differences(
      PublishedPolicies published, PublishedVersion current, Policies policies) {
    try {
      return PolicyDiff.between(published.text(current).read(), policies);
    } catch (PolicyException | QuotaStoreException e) {
      spec.commandLine()
          .getErr()
          .println("version " + current.number() + " cannot be compared: " + e.getMessage());
      return List.of();
    }
  }

  private Publication publication() {
    try {
      return rolledOut(Publication.of(file, author.by, author.reason));
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("--" + e.getMessage(), e);
    }
  }

  private Publication rolledOut(Publication whole) {
    try {
      return rollout.map(whole::rollout).orElse(whole);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("--rollout: " + e.getMessage(), e);
    }
  }

  private void print(Optional<PublishedVersion> version, List<Difference> differences) {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json) {
      Map<String, Object> json = new LinkedHashMap<>();
      version.ifPresent(it -> json.put("published", PublishedText.toJson(it)));
      json.put("differences", differences.stream().map(Difference::toJson).toList());
      Printed.json(out, json);
    } else {
      differences.forEach(out::println);
      out.println(
          version
              .map(it -> "version " + it.number() + " is published" + PublishedText.people(it))
              .orElse("nothing was published, because of --dry-run"));
    }
  }
}
