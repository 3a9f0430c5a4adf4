package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The web component and its types. The script is there twice: under its own name, asked after each
 * time, and under a name that changes with its content and may be kept for ever.
 */
final class ComponentFiles {

  private static final String ASKED_AFTER = "no-cache";
  private static final String KEPT = "public, max-age=31536000, immutable";

  private final ServedFile script = ServedFile.script("quota.js");
  private final ServedFile types = ServedFile.of("quota.d.ts", "text/plain;charset=utf-8");
  private final String versionedPath = "/quota-" + script.digest() + ".js";

  /** Returns where the script is under the name that changes, below the base. */
  String versionedPath() {
    return versionedPath;
  }

  /**
   * Answers a GET or HEAD for one of the files.
   *
   * @param path the address below the base
   * @return false if there is no such file, and nothing was written
   */
  boolean send(String path, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (path.equals("/quota.js")) {
      script.send(ASKED_AFTER, request, response);
    } else if (path.equals(versionedPath)) {
      script.send(KEPT, request, response);
    } else if (path.equals("/quota.d.ts")) {
      types.send(ASKED_AFTER, request, response);
    } else {
      return false;
    }
    return true;
  }
}
