package dev.quota.servlet.browser;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Where Chromium and its driver are, and how they are started. Nothing is ever downloaded. */
record Chromium(Path browser, Path driver) {

  private static final String BROWSER_PROPERTY = "quota.chromium";
  private static final String DRIVER_PROPERTY = "quota.chromedriver";
  static final Dimension WINDOW = new Dimension(1_000, 800);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Warns that Selenium has no classes for this version's protocol, of which none are used. */
  private static final Logger VERSIONS =
      Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

  /** Returns the browser that was asked for, else Debian's. */
  static Chromium ofThisMachine() {
    return new Chromium(
        Path.of(System.getProperty(BROWSER_PROPERTY, "/usr/bin/chromium")),
        Path.of(System.getProperty(DRIVER_PROPERTY, "/usr/bin/chromedriver")));
  }

  static boolean isAskedFor() {
    return System.getProperty(BROWSER_PROPERTY) != null
        || System.getProperty(DRIVER_PROPERTY) != null;
  }

  /** Says what is missing, if anything is. */
  Optional<String> missing() {
    for (Path file : new Path[] {browser, driver}) {
      if (!Files.isExecutable(file)) {
        return Optional.of(
            file
                + " cannot be executed. Install Debian's chromium and chromium-driver, or name"
                + " others with -D"
                + BROWSER_PROPERTY
                + " and -D"
                + DRIVER_PROPERTY
                + ".");
      }
    }
    return Optional.empty();
  }

  /** Starts a browser with a profile of its own, which is deleted when it ends. */
  ChromeDriver start() {
    VERSIONS.setLevel(Level.OFF);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        "--hide-scrollbars",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-sync",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--window-size=" + WINDOW.width + "," + WINDOW.height);
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL", "performance", "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.toFile())
            .usingAnyFreePort()
            .build();
    service.sendOutputTo(OutputStream.nullOutputStream());
    ChromeDriver started = new ChromeDriver(service, options);
    started.manage().timeouts().pageLoadTimeout(PATIENCE).scriptTimeout(PATIENCE);
    return started;
  }
}
