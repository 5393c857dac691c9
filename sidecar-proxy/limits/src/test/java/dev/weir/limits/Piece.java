package dev.weir.limits;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/** Short strings of the characters that could break a key's name. */
@Target({ElementType.TYPE_USE, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Chars({'a', ':', '{', '}', '%', '#', ' ', '2', '5', '\uD800', 'ä', '?'})
@StringLength(max = 5)
@interface Piece {}
