package dev.quota.tool;

import dev.quota.policy.PolicyException;
import dev.quota.redis.PublicationConflictException;
import dev.quota.redis.PublishedPolicies;
import dev.quota.redis.PublishedVersion;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts an older version into force again. */
@Command(
    name = "rollback",
    description = {
      "Puts an older published version into force again, under a new number. Counts are kept.",
      "Ends with 0 if it is published, with 1 if this release cannot read that version or others"
          + " publish all the time, and with 2 if there is no such version or Redis does not answer."
    })
final class RollbackCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;
  @Mixin private PublishedOptions redis;
  @Mixin private AuthorOptions author;

  @Parameters(paramLabel = "VERSION", description = "The number of the version, as history says.")
  private long version;

  @SuppressWarnings("NullAway") // picocli sets the fields
  RollbackCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (PublishedPolicies published = redis.connect()) {
      PublishedVersion back = published.rollback(version, author.by, author.reason);
      if (options.json) {
        Printed.json(out, Map.of("published", PublishedText.toJson(back)));
      } else {
        out.println("version " + back.number() + " is published, with the text of " + version);
      }
      return QuotaCommand.FINE;
    } catch (PolicyException | PublicationConflictException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return QuotaCommand.FOUND;
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }
}
