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
            text.Append(TerminalText.Name(tensor.Name)).Append(": ").Append(Finding(tensor)).Append('\n');
        }

        var tensors = difference.Tensors;
        var equal = tensors.Count(tensor => tensor.IsEqual);
        return text.Append(CultureInfo.InvariantCulture, $"{tensors.Length:N0} tensors: {equal:N0} equal, {tensors.Length - equal:N0} different\n").ToString();
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
        var line = new StringBuilder().Append(culture, $"{values.Equal:N0} of {values.Count:N0} equal ({100 * values.EqualShare:0.####} %)");
        if (values.Ulps is { } ulps)
        {
            line.Append(culture, $"; ulp 0: {ulps.Zero:N0}, 1: {ulps.One:N0}, 2-3: {ulps.TwoToThree:N0}, 4-15: {ulps.FourToFifteen:N0}, 16+: {ulps.SixteenAndMore:N0}");
            line.Append(culture, $"; max {values.Largest:0.###e+0}, rms {values.RootMeanSquare:0.###e+0}");
        }

        return values.NonFinite == 0
            ? line.ToString()
            : line.Append(culture, $"; {values.NonFinite:N0} with NaN or infinity").ToString();
    }

    private static string Shape(TensorInfo tensor) => $"[{string.Join(", ", tensor.Shape)}]";
}
