package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

/** Looks for a shape that can be seen without colour. */
final class Stripes {

  private static final double CONTRAST = 2.5;
  private static final int EDGE = 12;

  private Stripes() {}

  /** Asserts that light and dark take turns along the middle of an element. */
  static void assertThereAre(WebElement bar) throws IOException {
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(bar.getScreenshotAs(OutputType.BYTES)));
    double[] light = new double[picture.getWidth() - 2 * EDGE];
    double lightest = 0;
    double darkest = 1;
    for (int x = 0; x < light.length; x++) {
      light[x] = luminance(picture.getRGB(x + EDGE, picture.getHeight() / 2));
      lightest = Math.max(lightest, light[x]);
      darkest = Math.min(darkest, light[x]);
    }
    int turns = 0;
    for (int x = 1; x < light.length; x++) {
      double middle = (lightest + darkest) / 2;
      turns += light[x] > middle == light[x - 1] > middle ? 0 : 1;
    }
    assertThat((lightest + 0.05) / (darkest + 0.05)).as("contrast").isGreaterThan(CONTRAST);
    assertThat(turns).as("turns of light and dark").isGreaterThan(light.length / 20);
  }

  /** The relative luminance of WCAG. */
  private static double luminance(int rgb) {
    return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
  }

  private static double linear(int channel) {
    double share = (channel & 0xff) / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
}
