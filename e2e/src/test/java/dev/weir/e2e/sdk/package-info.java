/** OpenAI's official SDKs, each making one call as their documentation shows. */
@NullMarked
package dev.weir.e2e.sdk;

import org.jspecify.annotations.NullMarked;
