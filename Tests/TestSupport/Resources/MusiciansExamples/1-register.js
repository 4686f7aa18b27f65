// 1. Регистрация
const registerResponse = await fetch('http://localhost:3000/auth/register', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    email: 'user@example.com',
    username: 'johndoe',
    password: 'password123',
    role: 'musician'
  })
});

const { user, accessToken, refreshToken } = await registerResponse.json();

// 2. Сохранение токенов
localStorage.setItem('accessToken', accessToken);
localStorage.setItem('refreshToken', refreshToken);
localStorage.setItem('userId', user.id);

// 3. Получение профиля
const profileResponse = await fetch(`http://localhost:3000/users/${user.id}/profile`, {
  headers: {
    'Authorization': `Bearer ${accessToken}`
  }
});

const profile = await profileResponse.json();
