using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Writes a comparison for people: one line for each tensor that differs, and the counts.</summary>
internal static class CheckpointDiffText
{
    /// <summary>The lines, each ended by a line feed; names are safe to print.</summary>
    public static string Of(CheckpointDifference difference)
    {
        var text = new StringBuilder();
        foreach (var tensor in difference.Tensors.Where(tensor => !tensor.IsEqual))
        {
            text.Append(TerminalText.Escape(tensor.Name)).Append(": ").Append(Finding(tensor)).Append('\n');
        }

        var tensors = difference.Tensors;
        var equal = tensors.Count(tensor => tensor.IsEqual);
        return text.Append(CultureInfo.InvariantCulture, $"{tensors.Length} tensors: {equal} equal, {tensors.Length - equal} different\n").ToString();
    }

    private static string Finding(TensorDifference tensor) => tensor switch
    {
        { B: null } => "only in the first",
        { A: null } => "only in the second",
        { Values: null, A: { } a, B: { } b } when a.DType != b.DType => $"dtype {a.DType} and {b.DType}",
        { Values: null, A: { } a, B: { } b } => $"shape {Shape(a)} and {Shape(b)}",
        { Values: { } values } => Finding(values),
    };

    private static string Finding(ValueDifference values)
    {
        var culture = CultureInfo.InvariantCulture;
        var line = new StringBuilder().Append(culture, $"{values.Equal} of {values.Count} equal ({100 * values.EqualShare:0.####} %)");
        if (values.Ulps is { } ulps)
        {
            line.Append(culture, $"; ulp 0: {ulps.Zero}, 1: {ulps.One}, 2-3: {ulps.TwoToThree}, 4-15: {ulps.FourToFifteen}, 16+: {ulps.SixteenAndMore}");
            line.Append(culture, $"; max {values.Largest:0.###e+0}, rms {values.RootMeanSquare:0.###e+0}");
        }

        return values.NonFinite == 0
            ? line.ToString()
            : line.Append(culture, $"; {values.NonFinite} with NaN or infinity").ToString();
    }

    private static string Shape(TensorInfo tensor) => $"[{string.Join(", ", tensor.Shape)}]";
}
