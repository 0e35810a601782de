using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>BERT's tokens around a text.</summary>
[Component("BertProcessing")]
internal sealed class BertProcessing(ComponentSettings settings) : ClassAndSeparator(settings);
