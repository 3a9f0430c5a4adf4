package dev.quota.servlet.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;

/** What the browser wrote down about the page of one test: its requests and its errors. */
final class PageLog {

  private static final Json JSON = new Json();

  private final ChromeDriver driver;
  private final List<PageRequest> requests = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  PageLog(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Forgets what was logged before. */
  void clear() {
    read();
    requests.clear();
    errors.clear();
  }

  List<PageRequest> requests() {
    read();
    return List.copyOf(requests);
  }

  List<String> errors() {
    read();
    return List.copyOf(errors);
  }

  private void read() {
    for (LogEntry entry : driver.manage().logs().get("performance")) {
      Map<?, ?> event = member(JSON.toType(entry.getMessage(), Map.class), "message");
      if ("Network.requestWillBeSent".equals(event.get("method"))) {
        Map<?, ?> request = member(member(event, "params"), "request");
        requests.add(
            new PageRequest(
                String.valueOf(request.get("method")),
                String.valueOf(request.get("url")),
                headers(request)));
      }
    }
    for (LogEntry entry : driver.manage().logs().get("browser")) {
      // A refusal is an answer, though the browser logs each as an error.
      boolean answered = entry.getMessage().contains("Failed to load resource");
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue() && !answered) {
        errors.add(entry.getMessage());
      }
    }
  }

  private static Map<String, String> headers(Map<?, ?> request) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    member(request, "headers")
        .forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
    return headers;
  }

  private static Map<?, ?> member(Map<?, ?> json, String name) {
    return (Map<?, ?>) Objects.requireNonNull(json.get(name), name);
  }
}
