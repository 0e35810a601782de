using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Evaluation.Charts;

/// <summary>Markup in which every interpolated text is escaped; what is markup already is interpolated as <see cref="HtmlText"/>.</summary>
internal readonly record struct HtmlText(string Markup)
{
    /// <summary>Nothing.</summary>
    public static HtmlText Empty { get; } = new("");

    /// <summary>Markup from an interpolated string.</summary>
    public static HtmlText Of(ref Interpolation markup) => new(markup.ToString());

    /// <summary>Pieces one after the other.</summary>
    public static HtmlText Join(IEnumerable<HtmlText> pieces) => new(string.Concat(pieces.Select(piece => piece.Markup)));

    /// <summary>A text from outside of several lines.</summary>
    public static HtmlText Lines(string text) => new(WebUtility.HtmlEncode(TerminalText.Escape(text.ReplaceLineEndings("\n"), keepLines: true)));

    /// <summary>Writes holes of an interpolated string as text, which can neither open an element nor end an attribute.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Interpolation(int literalLength, int formattedCount)
    {
        private readonly StringBuilder markup = new(literalLength + (16 * formattedCount));

        /// <summary>A part that stands in our source.</summary>
        public void AppendLiteral(string literal) => markup.Append(literal);

        /// <summary>Markup stays as it is.</summary>
        public void AppendFormatted(HtmlText piece) => markup.Append(piece.Markup);

        /// <summary>A text from outside.</summary>
        public void AppendFormatted(string? text) => markup.Append(WebUtility.HtmlEncode(TerminalText.Escape(text ?? "")));

        /// <summary>A coordinate or count.</summary>
        public void AppendFormatted(double number) => markup.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

        /// <summary>A position along a line, with its <c>%</c>.</summary>
        public void AppendFormatted(Percent position) => markup.Append(position.Value.ToString("0.##", CultureInfo.InvariantCulture)).Append('%');

        /// <inheritdoc/>
        public override string ToString() => markup.ToString();
    }
}
