package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.servlet.browser.Browser;
import dev.quota.servlet.browser.InBrowser;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Takes the pictures of the README. It is no test, and runs only when it is asked for:
 *
 * <pre>{@code
 * mvn -Dquick -pl demo-app -am test -Dtest=Screenshots -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
@InBrowser
class Screenshots {

  private static final Path IMAGES = DocPage.ROOT.resolve("docs/images");

  private final RunningDemo demo = new RunningDemo();

  @BeforeEach
  void prepare(Browser browser) {
    browser.size(1280, 800).light().reducedMotion();
    demo.spend("alice", "image", 8);
    demo.spend("alice", "ping", 1);
  }

  @AfterEach
  void stop() {
    demo.close();
  }

  @Test
  void tokens(Browser browser) throws IOException {
    demo.spend("alice", "tokens", 6_200);
    DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.find("#complete").click();
    browser.eventually(() -> assertThat(browser.text("#result .count")).contains("charged"));
    take("demo-tokens", browser);
  }

  @Test
  void loop(Browser browser) throws IOException {
    DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.open(demo.uri("/loop").toString());
    browser.eventually(() -> assertThat(browser.text("#start")).isNotBlank());
    browser.find("#start").click();
    browser.eventually(() -> assertThat(browser.has("#end .loop-words")).isTrue());
    take("demo-loop", browser);
  }

  @Test
  void calm(Browser browser) throws IOException {
    demo.spend("alice", "chat", 11);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    page.converse("Plan a weekend in a city by a river");
    take("demo-calm", browser);
  }

  @Test
  void warning(Browser browser) throws IOException {
    demo.spend("alice", "chat", 39);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    page.converse("What makes a limit fair?");
    browser.eventually(() -> assertThat(page.notice("chat")).contains("10 of 50"));
    take("demo-warning", browser);
  }

  @Test
  void blocked(Browser browser) throws IOException {
    demo.spend("alice", "chat", 18);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    page.converse("What makes a limit fair?");
    demo.post("/demo/spend", "alice", "{\"quota\": \"chat\", \"amount\": 9, \"atOnce\": true}");
    page.send("Draft a short e-mail to a customer");
    browser.eventually(() -> assertThat(page.notice("chat")).contains("available in"));
    browser.eventually(() -> assertThat(page.sendLabel()).startsWith("Send in"));
    take("demo-blocked", browser);
  }

  @Test
  void degraded(Browser browser) throws IOException {
    demo.spend("alice", "chat", 15);
    demo.spend("alice", "large-model", 2);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en");
    browser.find("#large").click();
    page.converse("Plan a weekend in a city by a river");
    page.converse("What makes a limit fair?");
    browser.eventually(() -> assertThat(browser.text(".badge")).contains("smaller model"));
    browser.eventually(() -> assertThat(page.notice("large-model")).contains("smaller model"));
    take("demo-degraded", browser);
  }

  @Test
  void arabic(Browser browser) throws IOException {
    demo.spend("alice", "chat", 41);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=ar");
    page.converse("ما الذي يجعل الحد عادلًا؟");
    browser.eventually(() -> assertThat(page.notice("chat")).isNotEmpty());
    take("demo-arabic", browser);
  }

  @Test
  void server(Browser browser) throws IOException {
    demo.spend("alice", "chat", 39);
    DemoPage page = DemoPage.open(browser, demo, "alice", "demo-locale=en", "demo-theme=dark");
    page.openDrawer();
    page.converse("What makes a limit fair?");
    take("demo-server", browser);
  }

  private static void take(String name, Browser browser) throws IOException {
    Object picture = browser.cdp("Page.captureScreenshot", Map.of()).get("data");
    byte[] png = Base64.getDecoder().decode(String.valueOf(picture));
    compress(png, IMAGES.resolve(name + ".png"));
  }

  /** Writes a picture again, as small as it can be without losing anything. */
  private static void compress(byte[] png, Path to) throws IOException {
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    BufferedImage opaque =
        new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
    opaque.getGraphics().drawImage(read, 0, 0, null);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam smallest = writer.getDefaultWriteParam();
    smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    smallest.setCompressionQuality(0);
    Files.deleteIfExists(to);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(to.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(opaque, null, null), smallest);
    } finally {
      writer.dispose();
    }
  }
}
