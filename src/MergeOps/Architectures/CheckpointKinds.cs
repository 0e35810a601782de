using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The table of the page about checkpoints: what is recognized, by what, and what happens to it. Every row comes from the code that decides it.</summary>
internal static class CheckpointKinds
{
    /// <summary>Markdown, a row for each kind.</summary>
    public static string Table()
    {
        var text = new StringBuilder("| kind | recognized by | what happens | what to do instead |\n|---|---|---|---|\n");
        foreach (var dtype in Enum.GetValues<DType>().Where(dtype => dtype.IsMergeable()))
        {
            Row($"weights in {dtype}", $"`{dtype}`", "merged", "");
        }

        foreach (var dtype in Enum.GetValues<DType>().Where(dtype => dtype.IsFloat8()))
        {
            Row($"weights in {dtype} without scales", $"`{dtype}`", "merged; the output is in bfloat16 or as the recipe says", "");
        }

        foreach (var scheme in QuantizationSchemes.All)
        {
            Row(
                scheme.Name,
                ByWhat(scheme),
                scheme.IsExact ? "dequantized while it is read; the output is not quantized"
                : scheme.HasFloat8 ? "8-bit floats with scales: as FP8; everything else: refused when the plan is made"
                : "refused when the plan is made",
                scheme.IsExact ? "" : scheme.WayOut);
        }

        foreach (var (name, wayOut) in Adapters.Refused)
        {
            Row(name, "names of its tensors and files", "refused when the plan is made", wayOut + ".");
        }

        foreach (var extension in TorchFile.Endings)
        {
            Row($"`*{extension}`", "the name of the file", "a PyTorch archive (1.6 or later) is read as data, and nothing in it runs; everything in it except tensors is refused", ForeignContent.HowToConvert);
        }

        foreach (var extension in ForeignContent.CodeCarryingExtensions.Except(TorchFile.Endings))
        {
            Row($"`*{extension}`", "the name of the file", "never opened: loading it can run code", ForeignContent.HowToConvert);
        }

        return text.ToString();

        void Row(string kind, string recognized, string happens, string wayOut) =>
            text.Append("| ").Append(kind).Append(" | ").Append(recognized).Append(" | ").Append(happens).Append(" | ").Append(wayOut).Append(" |\n");
    }

    private static string ByWhat(QuantizationScheme scheme)
    {
        var marks = scheme.Marks.Select(group => string.Join(" with ", group.Where(ending => ending.Length > 0).Select(ending => $"`*{ending}`")));
        return string.Join("; ", scheme.Methods.Select(method => $"`quant_method: {method}`").Concat(marks));
    }
}
