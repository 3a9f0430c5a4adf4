package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the policy files that a command needs to be right. */
final class PolicyFiles {

  private PolicyFiles() {}

  static Policies read(Path file) {
    try {
      return PolicyFile.read(file);
    } catch (PolicyException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns whether a file could not be read at all, and so has no mistakes of its own. */
  static boolean isUnreadable(PolicyException e) {
    return e.getCause() instanceof IOException;
  }
}
