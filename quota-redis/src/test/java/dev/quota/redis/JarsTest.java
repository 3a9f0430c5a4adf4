package dev.quota.redis;

import dev.quota.build.JarsContract;

/** The runs of this module with other dependencies have the jars that the build says. */
final class JarsTest extends JarsContract {}
