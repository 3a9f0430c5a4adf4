package dev.quota.spring.ai;

import dev.quota.models.ModelCall;
import dev.quota.models.ModelRequest;
import dev.quota.usage.UsageReport;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.image.ImageResponseMetadata;
import org.springframework.util.ReflectionUtils;

/** A model of images with its quota. */
final class QuotaImageModel implements ImageModel {

  /** Only in Spring AI 2. */
  private static final @Nullable Method USAGE =
      ReflectionUtils.findMethod(ImageResponseMetadata.class, "getUsage");

  private final ImageModel model;
  private final QuotaModels quota;

  QuotaImageModel(ImageModel model, QuotaModels quota) {
    this.model = model;
    this.quota = quota;
  }

  @Override
  public ImageResponse call(ImagePrompt prompt) {
    Optional<String> name = quota.model(prompt.getOptions(), model);
    long input =
        prompt.getInstructions().stream().mapToLong(it -> quota.tokens(it.getText())).sum();
    return quota.call(
        new ModelRequest(name, input, OptionalLong.empty()),
        () -> model.call(prompt),
        (call, answer) -> end(call, answer, input, name));
  }

  /** An answer without a use still has images. Then the input is the estimate. */
  private static void end(
      ModelCall call, ImageResponse answer, long input, Optional<String> model) {
    Optional<UsageReport> said = usage(answer.getMetadata());
    UsageReport.Builder report =
        said.map(UsageReport::toBuilder)
            .orElseGet(() -> UsageReport.builder().inputTokens(input))
            .amount("images", answer.getResults().size());
    model.ifPresent(report::model);
    if (said.isPresent()) {
      call.endRound(Optional.of(report.build()));
    } else {
      call.endCountedRound(report.build(), "images");
    }
  }

  private static Optional<UsageReport> usage(ImageResponseMetadata metadata) {
    return USAGE != null && ReflectionUtils.invokeMethod(USAGE, metadata) instanceof Usage usage
        ? ChatUsage.of(usage)
        : Optional.empty();
  }
}
