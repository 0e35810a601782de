namespace MergeOps.Planning;

/// <summary>What the rows of embeddings and heads must hold, so that every token of the output's tokenizer has its own.</summary>
/// <param name="Donor">Index of the model whose tokenizer the output has.</param>
/// <param name="RequiredRows">One more than the highest id of its tokenizer; null where that is not known.</param>
/// <param name="KeepsDonorsRows">Whether a model has more or fewer tokens than the donor, so that the output has the donor's rows.</param>
internal sealed record VocabularyDecision(int Donor, int? RequiredRows, bool KeepsDonorsRows);
