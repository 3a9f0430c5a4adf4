package dev.quota.demo;

import dev.quota.build.JavaExample;
import java.nio.file.Path;

/** Compiles Java that stands on a page, with the library and Redisson imported. */
final class LibraryExample {

  private static final String IMPORTS =
      """
      import dev.quota.*;
      import dev.quota.http.*;
      import dev.quota.http.answer.*;
      import dev.quota.http.request.*;
      import dev.quota.policy.*;
      import dev.quota.redis.*;
      import dev.quota.servlet.*;
      import dev.quota.source.*;
      import dev.quota.store.*;
      import jakarta.servlet.*;
      import jakarta.servlet.http.*;
      import java.io.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import org.redisson.*;
      import org.redisson.api.*;
      import org.redisson.config.*;
      """;

  private LibraryExample() {}

  /** Compiles classes; returns what the compiler says. */
  static String errors(String classes, Path output) {
    return JavaExample.errors(IMPORTS + classes, output);
  }
}
