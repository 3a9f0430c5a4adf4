package example.story;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class StoryApplication {

  public static void main(String[] args) {
    SpringApplication.run(StoryApplication.class, args);
  }
}
