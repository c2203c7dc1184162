using System.Globalization;
using System.Text;

namespace KdCluster.Learning.Text;

/// <summary>
/// Cuts text into lower-cased words: letters (with inner apostrophes), digits, each ideograph and each symbol separately.
/// Identifiers come apart where their case says so: <c>ReadOnlySpan</c> is <c>read only span</c>, <c>XMLReader</c> is <c>xml reader</c>.
/// </summary>
/// <remarks><see cref="WordTokenizerJson"/> states the same rules as regular expressions; a change here is a change there.</remarks>
internal ref struct WordScanner(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private char[] _word = new char[64];
    private int _length;

    private enum Kind
    {
        Space,
        Lower,
        Upper,
        Caseless,
        Digit,
        Symbol,
    }

    /// <summary>The word that <see cref="Next"/> found, lower-cased.</summary>
    public readonly ReadOnlySpan<char> Word => _word.AsSpan(0, _length);

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool Next()
    {
        Kind kind;
        int size;
        while ((kind = KindAt(_at, out size)) == Kind.Space)
        {
            if (size == 0)
                return false;
            _at += size;
        }
        _length = 0;
        if (kind == Kind.Digit)
        {
            do
            {
                Take(size);
            }
            while (KindAt(_at, out size) == Kind.Digit);
        }
        else if (kind == Kind.Symbol)
        {
            Take(size);
        }
        else
        {
            Letters(kind, size);
        }
        return true;
    }

    private void Letters(Kind kind, int size)
    {
        while (true)
        {
            Take(size);
            Kind next = KindAt(_at, out size);
            if (next == Kind.Symbol && _text[_at] == '\'' && IsLetter(KindAt(_at + 1, out _)))
            {
                Take(1);
                kind = KindAt(_at, out size);
                continue;
            }
            if (!IsLetter(next) || IsNewPart(kind, next, size))
                return;
            kind = next;
        }
    }

    // "aB" parts before B, and "ABc" before B.
    private readonly bool IsNewPart(Kind last, Kind next, int size)
        => next == Kind.Upper && (last != Kind.Upper || KindAt(_at + size, out _) == Kind.Lower);

    private static bool IsLetter(Kind kind) => kind is Kind.Lower or Kind.Upper or Kind.Caseless;

    private void Take(int size)
    {
        if (_length + 2 > _word.Length)
            Array.Resize(ref _word, _word.Length * 2);
        if (size == 2)
        {
            _ = Rune.DecodeFromUtf16(_text[_at..], out Rune rune, out _);
            _length += Rune.ToLowerInvariant(rune).EncodeToUtf16(_word.AsSpan(_length));
        }
        else
        {
            char c = _text[_at];
            _word[_length++] = char.IsSurrogate(c) ? '\uFFFD' : char.ToLowerInvariant(c);
        }
        _at += size;
    }

    private readonly Kind KindAt(int at, out int size)
    {
        size = 0;
        if (at >= _text.Length)
            return Kind.Space;
        size = 1;
        char c = _text[at];
        if (char.IsAscii(c))
        {
            if (char.IsAsciiLetterLower(c))
                return Kind.Lower;
            if (char.IsAsciiLetterUpper(c))
                return Kind.Upper;
            if (char.IsAsciiDigit(c))
                return Kind.Digit;
            return c <= ' ' || c == '\x7f' ? Kind.Space : Kind.Symbol;
        }
        if (Rune.DecodeFromUtf16(_text[at..], out Rune rune, out int used) != System.Buffers.OperationStatus.Done)
            return Kind.Symbol;
        size = used;
        return KindOf(rune);
    }

    private static Kind KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Kind.Upper,
        UnicodeCategory.LowercaseLetter => Kind.Lower,
        UnicodeCategory.ModifierLetter => IsIdeograph(rune.Value) ? Kind.Symbol : Kind.Lower,
        UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            => IsIdeograph(rune.Value) ? Kind.Symbol : Kind.Caseless,
        UnicodeCategory.DecimalDigitNumber => Kind.Digit,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Control or UnicodeCategory.Format => Kind.Space,
        _ => Kind.Symbol,
    };

    // Han, kana: scripts written without spaces.
    private static bool IsIdeograph(int value) => value is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
