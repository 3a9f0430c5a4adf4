package dev.quota.demo;

import java.util.SplittableRandom;

/**
 * Draws hills under a sun. The same prompt gets the same picture. The picture contains no text of
 * the prompt.
 */
final class Picture {

  private static final int WIDTH = 320;
  private static final int HEIGHT = 200;
  private static final int HILLS = 4;
  private static final int SUN_HUE = 42;

  private Picture() {}

  /** Returns a picture as SVG. */
  static String of(String prompt) {
    SplittableRandom random = new SplittableRandom(prompt.hashCode());
    int hue = random.nextInt(360);
    StringBuilder svg = new StringBuilder(1_024);
    svg.append(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\"><title>A simulated picture</title>")
            .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append(rectangle(hue));
    svg.append(sun(random));
    for (int hill = 0; hill < HILLS; hill++) {
      svg.append(hill(random, hue, hill));
    }
    return svg.append("</svg>").toString();
  }

  private static String rectangle(int hue) {
    return "<rect width=\"%d\" height=\"%d\" fill=\"hsl(%d 55%% 86%%)\"/>"
        .formatted(WIDTH, HEIGHT, hue);
  }

  private static String sun(SplittableRandom random) {
    return "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"hsl(%d 90%% 72%%)\"/>"
        .formatted(
            random.nextInt(50, WIDTH - 50),
            random.nextInt(35, 80),
            random.nextInt(16, 30),
            SUN_HUE);
  }

  private static String hill(SplittableRandom random, int hue, int hill) {
    int left = 80 + hill * 28 + random.nextInt(24);
    int middle = 60 + hill * 28 + random.nextInt(40);
    int right = 80 + hill * 28 + random.nextInt(24);
    return "<path d=\"M0 %d Q%d %d %d %d T%d %d V%d H0 Z\" fill=\"hsl(%d 40%% %d%%)\"/>"
        .formatted(
            left, WIDTH / 4, middle, WIDTH / 2, left, WIDTH, right, HEIGHT, hue, 68 - hill * 13);
  }
}
