package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the policy files of a command. A file with mistakes ends the command. */
final class PolicyFiles {

  private PolicyFiles() {}

  static Policies read(Path file) {
    try {
      return PolicyFile.read(file);
    } catch (PolicyException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns whether a file could not be read. Then nothing is known about its mistakes. */
  static boolean isUnreadable(PolicyException e) {
    return e.getCause() instanceof IOException;
  }
}
