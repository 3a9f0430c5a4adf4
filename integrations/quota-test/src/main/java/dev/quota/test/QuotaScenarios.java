package dev.quota.test;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyFile;
import dev.quota.scenario.Scenario;
import dev.quota.scenario.ScenarioFailure;
import dev.quota.scenario.ScenarioFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * Makes a test of each scenario of a policy file. The scenarios are under the key {@code scenarios}
 * of the file, and in the file next to it, such as {@code quotas.scenarios.yaml}. Thread-safe.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> scenarios() {
 *   return QuotaScenarios.of("classpath:quotas.yaml");
 * }
 * }</pre>
 */
public final class QuotaScenarios {

  private static final String CLASS_PATH = "classpath:";

  private QuotaScenarios() {}

  /**
   * Returns a test for each scenario.
   *
   * @param policyFile {@code classpath:} and a resource of the thread's class loader, or a path
   * @return the tests, in the order of the files
   * @throws dev.quota.policy.PolicyException if a file cannot be read or anything in it is wrong
   * @throws IllegalArgumentException if there is no such resource, or no scenario
   */
  public static Stream<DynamicTest> of(String policyFile) {
    List<DynamicTest> tests =
        policyFile.startsWith(CLASS_PATH)
            ? ofResource(policyFile.substring(CLASS_PATH.length()))
            : ofFile(Path.of(policyFile));
    if (tests.isEmpty()) {
      throw new IllegalArgumentException(
          "policyFile must have a scenario, or there must be one in "
              + ScenarioFile.beside(policyFile)
              + ", was "
              + policyFile);
    }
    return tests.stream();
  }

  private static List<DynamicTest> ofFile(Path file) {
    Policies policies = PolicyFile.read(file);
    return ScenarioFile.readAll(file).stream()
        .map(scenario -> test(scenario, policies, Path.of(scenario.file()).toUri().toString()))
        .toList();
  }

  private static List<DynamicTest> ofResource(String resource) {
    String path = resource.startsWith("/") ? resource.substring(1) : resource;
    Policies policies;
    try (InputStream bytes = open(path)) {
      if (bytes == null) {
        throw new IllegalArgumentException(
            "policyFile must be a resource on the class path, was " + resource);
      }
      policies = PolicyFile.read(CLASS_PATH + path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : List.of(path, ScenarioFile.beside(path))) {
      for (Scenario scenario : read(name)) {
        tests.add(test(scenario, policies, CLASS_PATH + "/" + name));
      }
    }
    return tests;
  }

  private static List<Scenario> read(String path) {
    try (InputStream bytes = open(path)) {
      return bytes == null ? List.of() : ScenarioFile.read(CLASS_PATH + path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable InputStream open(String path) {
    return Thread.currentThread().getContextClassLoader().getResourceAsStream(path);
  }

  private static DynamicTest test(Scenario scenario, Policies policies, String source) {
    URI place = URI.create(source + "?line=" + scenario.line());
    return DynamicTest.dynamicTest(scenario.name(), place, () -> check(scenario, policies));
  }

  private static void check(Scenario scenario, Policies policies) {
    List<ScenarioFailure> failures = scenario.run(policies);
    if (!failures.isEmpty()) {
      throw new AssertionError(
          failures.stream().map(ScenarioFailure::toString).collect(Collectors.joining("\n")));
    }
  }
}
