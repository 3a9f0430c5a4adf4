package dev.quota.tool;

import dev.quota.policy.LimitOverride;
import dev.quota.policy.Scope;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what names a person or a group in an override. */
@Command(
    name = "digest",
    description = {
      "Prints the digest that names a person or a group in the overrides of a policy file.",
      "",
      "Nobody can compute the id from it. Ends with 0."
    })
final class DigestCommand implements Callable<Integer> {

  private static final Pattern NETWORK =
      Pattern.compile("(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}/[0-9]{1,3}");

  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Id id;

  @SuppressWarnings("NullAway") // picocli sets the fields
  DigestCommand() {}

  private static final class Id {
    @Option(names = "--user", paramLabel = "ID", description = "The id of a user.")
    private String user;

    @Option(
        names = "--address",
        paramLabel = "IP",
        description = "An IPv4 address, or an IPv6 network such as 2001:db8:1:2:0:0:0:0/64.")
    private String address;

    @Option(names = "--team", paramLabel = "ID", description = "The id of a team.")
    private String team;

    @Option(names = "--org", paramLabel = "ID", description = "The id of an organisation.")
    private String org;

    @SuppressWarnings("NullAway") // picocli sets one of the fields
    Id() {}

    @SuppressWarnings("NullAway") // picocli sets one of the fields
    String digest() {
      if (user != null) {
        return LimitOverride.user(user);
      }
      if (address != null) {
        return LimitOverride.address(counted(address));
      }
      return team != null
          ? LimitOverride.group(Scope.TEAM, team)
          : LimitOverride.group(Scope.ORG, org);
    }
  }

  /**
   * Returns an address as it is. Another form of the same address has another digest, so its
   * override would never apply.
   */
  private static String counted(String address) {
    if (address.indexOf(':') >= 0 && !NETWORK.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "--address must be an IPv4 address, or an IPv6 network as it is counted, such as"
              + " 2001:db8:1:2:0:0:0:0/64, was "
              + address);
    }
    return address;
  }

  @Override
  public Integer call() {
    try {
      spec.commandLine().getOut().println(id.digest());
      return QuotaCommand.FINE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
