import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const DOMAIN_IS_PURE = {
  patterns: [
    { regex: '^(?!\\.)', message: 'The domain imports nothing outside itself.' },
    { group: ['**/application/**', '**/infrastructure/**'], message: 'The domain knows no outer layer.' },
  ],
};

const APPLICATION_KNOWS_PORTS = {
  paths: [
    {
      name: '@nestjs/common',
      allowImportNames: ['Injectable', 'Inject'],
      message: 'Of Nest, the application layer takes dependency injection and the CQRS vocabulary only.',
    },
  ],
  patterns: [
    {
      regex: '^(?!\\.|@nestjs/cqrs$|@nestjs/common$)',
      message: 'The application layer imports the domain, its own ports and @nestjs/cqrs only.',
    },
    { group: ['**/infrastructure/**'], message: 'The application layer speaks to ports.' },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist', 'node_modules', 'data', 'coverage', '**/generated/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'bin/*.js', 'scripts/*.mjs', 'test/support/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Nest declares its option objects as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/domain/**/*.ts'], rules: { 'no-restricted-imports': ['error', DOMAIN_IS_PURE] } },
  {
    files: ['src/application/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', APPLICATION_KNOWS_PORTS] },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-console': 'off' },
  },
  { files: ['src/cli/**/*.ts', 'bench/**/*.ts', 'scripts/**'], rules: { 'no-console': 'off' } },
  prettier,
);
