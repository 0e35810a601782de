namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the arguments of calls, filters and tests.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Reads the expressions inside.</param>
internal sealed class ArgumentParser(TokenReader tokens, ExpressionParser expressions)
{
    /// <summary>Arguments in parentheses.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Arguments Read()
    {
        tokens.RequireOperator("(");
        var (positional, named) = (new List<Expression>(), new List<(string Name, Expression Value)>());
        while (!tokens.SkipsOperator(")"))
        {
            if (positional.Count + named.Count > 0)
            {
                tokens.RequireOperator(",");
                if (tokens.SkipsOperator(")"))
                {
                    break;
                }
            }

            if (tokens.IsOperator("*") || tokens.IsOperator("**"))
            {
                throw new TemplateFault($"Unpacking arguments with '{tokens.Current.Text}' has no exact implementation here", tokens.Current.Line);
            }

            if (tokens.Current.Kind == TokenKind.Name && tokens.Next is { Kind: TokenKind.Operator, Text: "=" })
            {
                var name = tokens.Take().Text;
                tokens.Move();
                named.Add((name, expressions.Full()));
            }
            else
            {
                positional.Add(named.Count == 0 ? expressions.Full() : throw new TemplateFault("An argument without a name follows one with it", tokens.Current.Line));
            }
        }

        return new(positional, named);
    }

    /// <summary>Arguments in parentheses; none where no parenthesis stands there.</summary>
    /// <exception cref="TemplateFault">They are broken, or not exact here.</exception>
    public Arguments ReadIfAny() => tokens.IsOperator("(") ? Read() : Arguments.None;
}
