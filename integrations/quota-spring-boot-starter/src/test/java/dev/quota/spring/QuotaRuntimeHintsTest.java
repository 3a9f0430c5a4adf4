package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.Quotas;
import dev.quota.http.QuotaHttp;
import dev.quota.redis.RedisQuotaStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** A native image contains every file that the library reads. */
class QuotaRuntimeHintsTest {

  @Test
  void everyResourceOfTheLibraryIsNamed() throws Exception {
    RuntimeHints hints = new RuntimeHints();
    List<RuntimeHintsRegistrar> registrars =
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
            .load(RuntimeHintsRegistrar.class);
    registrars.stream()
        .filter(QuotaRuntimeHints.class::isInstance)
        .forEach(it -> it.registerHints(hints, null));
    for (Class<?> module : List.of(Quotas.class, QuotaHttp.class, RedisQuotaStore.class)) {
      assertThat(resources(module))
          .isNotEmpty()
          .allSatisfy(
              it -> assertThat(RuntimeHintsPredicates.resource().forResource(it)).accepts(hints));
    }
    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Quota.class)).accepts(hints);
  }

  /** Returns the files beside the classes of a module, whether it is a folder or a jar. */
  private static List<String> resources(Class<?> module) throws Exception {
    URI location = module.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return files(path);
    }
    try (var jar = FileSystems.newFileSystem(path)) {
      return files(jar.getPath("/"));
    }
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(it -> root.relativize(it).toString())
          .filter(it -> !it.endsWith(".class") && !it.startsWith("META-INF"))
          .toList();
    }
  }
}
