package dev.quota.http.internal.file;

import dev.quota.http.answer.Answer;
import dev.quota.http.request.RequestView;
import java.util.Optional;

/**
 * Serves the web component and its types. The script has two paths: its own name, which browsers
 * must revalidate, and a name that changes with its content, which they need not revalidate.
 * Thread-safe.
 */
public final class ComponentFiles {

  private static final String ASKED_AFTER = "no-cache";
  private static final String KEPT = "public, max-age=31536000, immutable";

  private final ServedFile script = ServedFile.script("quota.js");
  private final ServedFile types = ServedFile.of("quota.d.ts", "text/plain;charset=utf-8");
  private final String versionedPath = "/quota-" + script.digest() + ".js";

  /** Returns the versioned path of the script, below the base path. */
  public String versionedPath() {
    return versionedPath;
  }

  /**
   * Answers a GET or HEAD request for one of the files.
   *
   * @param path the path below the base path
   * @return empty if there is no such file
   */
  public Optional<Answer> answer(String path, RequestView request) {
    if (path.equals("/quota.js")) {
      return Optional.of(script.answer(ASKED_AFTER, request));
    }
    if (path.equals(versionedPath)) {
      return Optional.of(script.answer(KEPT, request));
    }
    return path.equals("/quota.d.ts")
        ? Optional.of(types.answer(ASKED_AFTER, request))
        : Optional.empty();
  }
}
