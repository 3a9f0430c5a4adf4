package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Measures how much longer an application of Spring MVC starts with the starter. It prints the
 * medians of pairs, and compares them with nothing, because they depend on the machine.
 */
@Tag("timing")
class StartUpTimeTest {

  /** One pair shows that it works; a figure needs more. */
  private static final int PAIRS = Integer.getInteger("quota.start-up-pairs", 1);

  /** An application that knows nothing of this library. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  @Import(Started.Chat.class)
  static class Started {

    @RestController
    static class Chat {
      @GetMapping("/chat")
      String chat() {
        return "answer";
      }
    }

    public static void main(String[] arguments) {
      try (ConfigurableApplicationContext context =
          SpringApplication.run(Started.class, arguments)) {
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        long processor = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
        System.out.println(
            "started "
                + (System.currentTimeMillis() - began)
                + " "
                + processor
                + " "
                + context.containsBean("quotaFilter"));
      }
    }
  }

  /**
   * What one start took, in milliseconds.
   *
   * @param time since the JVM began
   * @param processor the time of all its threads
   */
  private record Start(long time, long processor) {}

  @Test
  void tellsWhatTheStarterTakes() throws Exception {
    List<Long> time = new ArrayList<>();
    List<Long> processor = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      Start without = start(false);
      Start with = start(true);
      time.add(with.time - without.time);
      processor.add(with.processor - without.processor);
    }
    System.out.printf(
        Locale.ROOT,
        "The starter adds %d ms, and %d ms of the processor (medians of %d pairs).%n",
        median(time),
        median(processor),
        PAIRS);
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static Start start(boolean withStarter) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-cp",
                classPath(withStarter),
                Started.class.getName(),
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--spring.main.web-application-type=servlet",
                withStarter ? "--quota.policies=classpath:quotas.yaml" : "--unused")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    String[] words =
        printed
            .lines()
            .filter(it -> it.startsWith("started "))
            .findFirst()
            .orElseThrow()
            .split(" ", -1);
    assertThat(words[3]).isEqualTo(String.valueOf(withStarter));
    return new Start(Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  private static String classPath(boolean withStarter) {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(it -> withStarter || it.endsWith("test-classes") || !isOfThisLibrary(it))
        .filter(it -> !it.contains("spring-boot-health") && !it.contains("spring-boot-data-redis"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isOfThisLibrary(String entry) {
    return entry.matches(".*[/\\\\]quota-[a-z-]+([/\\\\].*|-[0-9.]+\\.jar)");
  }
}
